import { storeSuite } from '../../src/store/suite.ts';
import { memoryRig } from './memory/rig.ts';

storeSuite('memory', async () => memoryRig());
