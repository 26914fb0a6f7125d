/** A form that some kind of document can be printed in; registries of them are `formats.ts` and the gate's. */
import type { TableOptions } from '../table.js';

/** The document is the single source: a renderer computes nothing that another one could see differently. */
export type Renderer<Document> = (document: Document, look: TableOptions) => string;

export interface Format<Document> {
  readonly name: string;
  /** One line, at most 80 columns. */
  readonly help: string;
  /** Of a file that holds it, without the dot. */
  readonly extension: string;
  /** For people: other lines may follow it. */
  readonly isProse: boolean;
  /** Whether the document's warnings are in it; if not, they need another way to the reader. */
  readonly hasWarnings: boolean;
  /** Loaded when it is needed, so that `--help` does not wait for it. */
  readonly load: () => Promise<Renderer<Document>>;
}

/** The form of a name from the same registry. */
export function formatNamed<Form extends { readonly name: string }>(
  forms: readonly Form[],
  name: Form['name'],
): Form {
  return forms.find((form) => form.name === name)!;
}
