#!/usr/bin/env node
// The `hammerwork` command.
import { runCommand } from './program.ts';

process.exitCode = await runCommand(process.argv.slice(2), process);
