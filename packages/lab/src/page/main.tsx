import { render } from 'preact';
import './style.css';

render(<main id="main">Unbraid lab</main>, document.getElementById('lab')!);
