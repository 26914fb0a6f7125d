/** The part of stdout that printing a result needs. */
export interface OutputStream {
  write(text: string, done: (error?: Error | null) => void): unknown;
}

/** Stdout cannot take the result: the disk is full, say. */
export class OutputFailed extends Error {
  override readonly name = 'OutputFailed';
}

/**
 * Writes all of `text` and waits until it is out. A reader who has seen enough (`| head -1`) is no
 * error; any other failure throws OutputFailed, because a result that got lost must not look like
 * success.
 */
export function writeOut(stream: OutputStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      const code = error && 'code' in error ? error.code : undefined;
      if (!error || code === 'EPIPE') resolve();
      else reject(new OutputFailed(`cannot write to stdout: ${error.message}`, { cause: error }));
    });
  });
}
