import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import './style/index.css';
import { startRouter } from './router.ts';
import { Shell } from './shell/shell.tsx';
import { startStore } from './store.ts';
import { startTheme } from './theme.ts';

startTheme();
startRouter();
startStore();
render(<Shell />, document.getElementById('lab')!);
