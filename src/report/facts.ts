import { cpus, totalmem } from 'node:os';
import { readFileSync } from 'node:fs';
import type { HostFacts, ToolFacts } from '../report/result.js';
import { packageFile } from '../util/package-file.js';

/** Changes whenever the simulated kernel does: numbers of two model versions do not compare. */
const MODEL_VERSION = 6;

/** Version of this package, `X.Y.Z`. */
export function toolVersion(): string {
  const manifest = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}

export function toolFacts(): ToolFacts {
  return { name: 'mmsem-bench', version: toolVersion(), modelVersion: MODEL_VERSION };
}

/** The machine that this process runs on. */
export function hostFacts(): HostFacts {
  const all = cpus();
  return {
    // Some virtual machines and containers tell no model.
    cpuModel: all[0]?.model.trim() ?? 'unknown',
    cpus: all.length,
    memoryBytes: totalmem(),
    platform: process.platform,
    arch: process.arch,
    node: process.version,
  };
}
