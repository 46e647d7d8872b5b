import { testEngine } from './testEngine';

testEngine('1.123.81');
