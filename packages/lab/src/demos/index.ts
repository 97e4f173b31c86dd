import { defineDemo } from './frame.tsx';
import { galu } from './galu/element.tsx';

export { MethodsPage } from './methods.tsx';

/** All demos as elements `<unbraid-demo-NAME>`: importing this registers them. */
defineDemo(galu);
