import { testEngine } from './testEngine';

testEngine('2.0.3');
