/** Where the messages of a run in stress-ng's manner go: a stream, and a file that keeps a copy. */
import type { Compat } from '../../plan/stress.js';
import { frameMessage, type Message, type MessageFrame } from '../../report/stress-ng/message.js';
import { toolFacts } from '../../report/facts.js';
import type { World } from '../world.js';
import { saveText } from '../save-file.js';
import { OutputFailed, writeOut } from '../write-out.js';
import type { StressWishes } from './wishes.js';

export class Messenger {
  readonly #world: World;
  readonly #wishes: StressWishes;
  readonly #frame: MessageFrame;
  #log = '';

  /** Until `isProse`, which a result in a form for programs is not, all messages go to stderr. */
  constructor(world: World, wishes: StressWishes, compat: Compat, isProse: boolean) {
    this.#world = world;
    this.#wishes = isProse ? wishes : { ...wishes, stream: 'stderr' };
    const { logBrief: brief, timestamp } = wishes;
    this.#frame = { program: toolFacts().name, pid: process.pid, compat, brief, timestamp };
  }

  /** What goes on: on stderr, unless the line says otherwise. Nothing with `--quiet`. */
  async note(messages: readonly Message[]): Promise<void> {
    const text = await this.#keep(messages);
    if (this.#wishes.quiet) return;
    if (this.#wishes.stream === 'stdout') await writeOut(this.#world.stdout, text);
    else this.#world.stderr.write(text);
  }

  /** Results: on stdout, as stress-ng's are since 0.15.08, unless the line says otherwise. */
  async tell(messages: readonly Message[]): Promise<void> {
    const text = await this.#keep(messages);
    if (this.#wishes.stream === 'stderr') this.#world.stderr.write(text);
    else await writeOut(this.#world.stdout, text);
  }

  /** Everything that was said so far, told or not. */
  get log(): string {
    return this.#log;
  }

  /** What of it is said at all. */
  async #keep(messages: readonly Message[]): Promise<string> {
    const { verbose } = this.#wishes;
    const said = messages.filter(({ type }) => verbose || type !== 'debug');
    const text = said
      .map((message) => `${frameMessage(this.#frame, message, new Date())}\n`)
      .join('');
    this.#log += text;
    await this.#saveLog();
    return text;
  }

  /** Who waits for a run of hours wants to read it; a disk that is full meanwhile is told of at the end. */
  async #saveLog(): Promise<void> {
    const { logFile } = this.#wishes;
    if (logFile === undefined) return;
    try {
      await saveText(logFile, this.#log);
    } catch (error) {
      if (!(error instanceof OutputFailed)) throw error;
    }
  }
}
