import { resolve } from 'node:path';
import {
	analyzePackage,
	SOURCE_FILE_PATTERNS,
} from '@n8n/scan-community-package/scanner/scanner.mjs';

// n8n's verification scan, over the source or over the unpacked package, without publishing it:
// the scan's own command fetches a published version, but its lint runs on any folder.
const [folder, kind] = process.argv.slice(2);
const patterns = kind === 'source' ? SOURCE_FILE_PATTERNS : undefined;
const { passed, message, details } = await analyzePackage(resolve(folder), patterns);
process.stdout.write(passed ? 'passed\n' : `failed: ${message}\n${details ?? ''}\n`);
process.exitCode = passed ? 0 : 1;
