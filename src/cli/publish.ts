/** Bringing a document to everyone who wants it: a file, the step summary, annotations, stdout. */
import { formatNamed, type Format } from '../report/formats/renderer.js';
import { outputFiles, refuseSharedFiles } from './distinct-files.js';
import type { FormOutput } from './result-output.js';
import { checkSavable, saveText } from './save-file.js';
import { checkSummary, remark, writeSummary, type Remarks } from './summary.js';
import { isColored, isUnicode, widthOf } from './terminal.js';
import type { World } from './world.js';
import { writeOut } from './write-out.js';

/** What `--save` writes, and what a summary is made of, whatever is printed. */
const SAVED_FORM = 'json';
const SUMMARY_FORM = 'markdown';

export interface Publication<Document> extends Remarks {
  readonly document: Document;
  /** What prose has of it, where the rest is told in another way. */
  readonly told?: Document;
  /** With `json` and `markdown` among them. */
  readonly forms: readonly Format<Document>[];
  /** Lines that belong to no form: after prose on stdout, otherwise on stderr. */
  readonly lines?: string;
}

/** Before the run, whose result would otherwise miss where it was wanted. Throws UsageError. */
export async function checkPlaces(output: FormOutput): Promise<void> {
  refuseSharedFiles(outputFiles(output));
  const { save, summary } = output;
  if (save !== undefined) await checkSavable(save);
  await checkSummary(summary);
}

/**
 * Everywhere it is wanted, and where one place fails still in the others: nothing measured is lost.
 * Throws OutputFailed.
 */
export async function publish<Document>(
  publication: Publication<Document>,
  choice: FormOutput,
  world: World,
): Promise<void> {
  const { save, summary } = choice;
  const textIn = (form: string): Promise<string> => render(publication, form, choice, world);
  try {
    if (save !== undefined) await saveText(save, await textIn(SAVED_FORM));
  } finally {
    try {
      if (summary !== undefined) await writeSummary(summary, await textIn(SUMMARY_FORM), world);
    } finally {
      await print(publication, choice, world);
    }
  }
}

/** Stdout belongs to the form, but for prose, which other lines may follow. */
async function print<Document>(
  publication: Publication<Document>,
  choice: FormOutput,
  world: World,
): Promise<void> {
  const { forms, lines = '' } = publication;
  const { isProse, hasWarnings } = formatNamed(forms, choice.format);
  const text = await render(publication, choice.format, choice, world);
  if (!isProse) world.stderr.write(lines);
  await remark(publication, hasWarnings, world);
  await writeOut(world.stdout, isProse && lines !== '' ? `${text}\n${lines}` : text);
}

async function render<Document>(
  { document, told = document, forms }: Publication<Document>,
  form: string,
  { color }: FormOutput,
  { stdout, env }: World,
): Promise<string> {
  const { isProse, load } = formatNamed(forms, form);
  const renderer = await load();
  const width = widthOf(stdout);
  return renderer(isProse ? told : document, {
    color: isColored(color, env, stdout),
    unicode: isUnicode(env),
    ...(width === undefined ? {} : { width }),
  });
}
