import { testSchedules } from './startOnce/suite';

testSchedules(1);
