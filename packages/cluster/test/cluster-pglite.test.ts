import { clusterSuite } from './cluster-suite.ts';
import { openPglite } from './pglite.ts';

clusterSuite('a cluster in PGlite', openPglite, false);
