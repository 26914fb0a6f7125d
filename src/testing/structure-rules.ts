/**
 * The project's source text as data, for tests that check rules of structure on it.
 *
 * Each rule is a function from files to violations, and is shown to bite: `planted` are files that
 * it must object to, `innocent` are look-alikes that it must let pass.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** Path from the top of the repository, with forward slashes, to file content. */
export type Tree = Readonly<Record<string, string>>;

export interface Rule {
  readonly name: string;
  readonly violations: (tree: Tree) => string[];
  readonly planted: readonly Tree[];
  readonly innocent: readonly Tree[];
}

export const isTest = (file: string): boolean => /\.test\.ts$|\/testing\//.test(file);
/** The folder in `src` that a file is in, or its own name when it is in none. */
export const stageOf = (file: string): string => file.split('/')[1]?.replace(/\.ts$/, '') ?? '';

/** `process: number` of an interface, a class, an object: it refers to nothing. */
export function isFieldName(node: ts.Identifier): boolean {
  const { parent } = node;
  const isField =
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isPropertyAssignment(parent);
  return isField && parent.name === node;
}

/** Every syntax node of a file. */
export function* nodesOf(file: string, text: string): Generator<ts.Node> {
  // Grows under the iteration.
  const found: ts.Node[] = [ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true)];
  for (const node of found) {
    yield node;
    found.push(...node.getChildren());
  }
}

/** A rule that judges one syntax node at a time, so that comments and strings never offend. */
export function byNode(
  applies: (file: string) => boolean,
  offence: (node: ts.Node) => string | undefined,
): Rule['violations'] {
  return (tree) =>
    Object.entries(tree).flatMap(([file, text]) => {
      if (!applies(file)) return [];
      const found = [...nodesOf(file, text)].map(offence).filter((what) => what !== undefined);
      return found.map((what) => `${file}: ${what}`);
    });
}

const root = fileURLToPath(new URL('..', import.meta.url));
const source: Tree = Object.fromEntries(
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [`src/${file}`, readFileSync(path.join(root, file), 'utf8')]),
);

export function checkRules(rules: readonly Rule[]): void {
  describe.each(rules)('$name', ({ violations, planted, innocent }) => {
    it('holds in src', () => {
      expect(violations(source)).toEqual([]);
    });
    it('objects to every planted violation, and to no look-alike', () => {
      for (const tree of planted) expect(violations(tree), JSON.stringify(tree)).not.toEqual([]);
      for (const tree of innocent) expect(violations(tree), JSON.stringify(tree)).toEqual([]);
    });
  });
}
