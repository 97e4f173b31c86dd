import { dynamicVae } from './dynamic-vae/element.tsx';
import { defineDemo } from './frame.tsx';
import { galu } from './galu/element.tsx';
import { gfgn } from './gfgn/element.tsx';
import { laperm } from './laperm/element.tsx';
import { linearity } from './linearity/element.tsx';
import { simEnv } from './sim-env/element.tsx';

export { MethodsPage } from './methods.tsx';

/** All demos as elements `<unbraid-demo-NAME>`: importing this registers them. */
defineDemo(galu);
defineDemo(laperm);
defineDemo(dynamicVae);
defineDemo(linearity);
defineDemo(gfgn);
defineDemo(simEnv);
