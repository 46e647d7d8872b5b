import { NIGHTS, testSchedules } from './startOnce/suite';

testSchedules(0, NIGHTS);
