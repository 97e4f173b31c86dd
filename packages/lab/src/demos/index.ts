import { defineDemo } from './frame.tsx';
import { galu } from './galu/element.tsx';
import { laperm } from './laperm/element.tsx';

export { MethodsPage } from './methods.tsx';

/** All demos as elements `<unbraid-demo-NAME>`: importing this registers them. */
defineDemo(galu);
defineDemo(laperm);
