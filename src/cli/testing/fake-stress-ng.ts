/** A program that says it is stress-ng, and does not stress. */
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';

interface FakeRunFigures {
  readonly bogoOps?: number;
  /** Undefined: perf could count nothing. */
  readonly faults?: number | undefined;
  readonly major?: number;
  readonly seconds?: number;
  readonly version?: string;
}

/** What stress-ng 0.15.06 writes of one mmap stressor, the sections that matter. */
export function fakeYaml(figures: FakeRunFigures): string {
  const { bogoOps = 20, major = 0, seconds = 2, version = '0.15.06', faults } = figures;
  const perf =
    faults === undefined
      ? ['perfstats:']
      : [
          'perfstats:',
          '    - stressor: mmap',
          `      duration: ${seconds.toFixed(6)}`,
          `      page_faults_total_total: ${faults}`,
          `      page_faults_total_per_second: ${(faults / seconds).toFixed(6)}`,
          `      page_faults_minor_total: ${faults - major}`,
          `      page_faults_major_total: ${major}`,
        ];
  return [
    '---',
    'system-info:',
    `      stress-ng-version: ${version}`,
    '      date-yyyy-mm-dd: 2026:11:22',
    '',
    'metrics:',
    '    - stressor: mmap',
    `      bogo-ops: ${bogoOps}`,
    `      bogo-ops-per-second-real-time: ${(bogoOps / seconds).toFixed(6)}`,
    `      wall-clock-time: ${seconds.toFixed(6)}`,
    '',
    ...perf,
    '',
    '...',
    '',
  ].join('\n');
}

/**
 * `folder/stress-ng`: `--version` as the real one, its words to `folder/words`, `yaml` to where `--yaml`
 * says; then `ends`, lines of bash that may do otherwise.
 */
export function writeFakeStressNg(folder: string, yaml: string, ends = 'exit 0'): string {
  const program = path.join(folder, 'stress-ng');
  const script = `#!/bin/bash
if [[ $1 == --version ]]; then echo 'stress-ng, version 0.15.06 (gcc 12.2.0, x86_64 Linux 6.1)'; exit; fi
printf '%s\\n' "$*" >>'${folder}/words'
while (($# > 0)); do [[ $1 == --yaml ]] && file=$2; shift; done
cat >"$file" <<'YAML'
${yaml}YAML
${ends}
`;
  writeFileSync(program, script);
  chmodSync(program, 0o755);
  return program;
}
