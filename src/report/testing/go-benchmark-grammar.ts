/**
 * Reference parser of the Go benchmark format (golang.org/design/14313-benchmark-format and its unit
 * lines): line by line by one pattern each, and strict where readers are lenient, as what is ignored
 * would be lost. Independent of the reader in `src/report/readers`.
 */
export interface GoResult {
  /** Without `Benchmark` and without the number of CPUs. */
  readonly name: string;
  /** Sub-keys of the name. */
  readonly keys: Readonly<Record<string, string>>;
  readonly cpus: number;
  readonly values: Readonly<Record<string, number>>;
  readonly configuration: Readonly<Record<string, string>>;
}

export interface GoFile {
  readonly results: readonly GoResult[];
  readonly units: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const CONFIGURATION = /^([a-z][^\sA-Z:]*):[ \t]+(\S(?:.*\S)?)$/;
const UNIT = /^Unit (\S+)((?: (?:better=(?:higher|lower)|assume=(?:nothing|exact)))+)$/;
const RESULT =
  /^Benchmark([A-Z][^\s/]*)((?:\/[a-z]+=[^\s/=]+)*)-(\d+)\s+(\d+)((?:\s+-?\d+(?:\.\d+)?(?:e[+-]?\d+)?\s+[^\s\d]\S*)+)$/;

/** Throws an Error that quotes the first line which is none of the grammar's. */
export function parseGoFile(text: string): GoFile {
  if (!text.endsWith('\n')) throw new Error('no newline at the end');
  const configuration: Record<string, string> = {};
  const units: Record<string, Record<string, string>> = {};
  const results: GoResult[] = [];
  for (const line of text.slice(0, -1).split('\n')) {
    const [, key, value] = CONFIGURATION.exec(line) ?? [];
    const [, unit, settings] = UNIT.exec(line) ?? [];
    const [, name, keys, cpus, iterations, pairs] = RESULT.exec(line) ?? [];
    if (key !== undefined) {
      configuration[key] = value!;
    } else if (unit !== undefined) {
      if (unit in units) throw new Error(`twice: ${line}`);
      units[unit] = keyValues(settings!.trim().split(' '));
    } else if (name !== undefined) {
      if (iterations === '0') throw new Error(`no iteration: ${line}`);
      results.push({
        name,
        keys: keyValues(keys!.split('/').slice(1)),
        cpus: Number(cpus),
        values: valuesOf(pairs!.trim().split(/\s+/)),
        configuration: { ...configuration },
      });
    } else {
      throw new Error(`not Go benchmark text: ${line}`);
    }
  }
  return { results, units };
}

function keyValues(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(words.map((word) => word.split('=') as [string, string]));
}

function valuesOf(words: readonly string[]): Record<string, number> {
  const values: Record<string, number> = {};
  for (let i = 0; i < words.length; i += 2) {
    const unit = words[i + 1]!;
    if (unit in values) throw new Error(`unit twice: ${words.join(' ')}`);
    values[unit] = Number(words[i]);
  }
  return values;
}
