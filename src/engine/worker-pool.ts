/** Where every worker thread comes from. */
import { setFlagsFromString } from 'node:v8';
import { Piscina } from 'piscina';

const REQUIRE_OF_MODULES = 'experimental-require-module';
const NO_REQUIRE_OF_MODULES = process.allowedNodeEnvironmentFlags.has(`--${REQUIRE_OF_MODULES}`)
  ? [`--no-${REQUIRE_OF_MODULES}`]
  : [];

/**
 * A piscina whose workers may end while V8 still compiles their code.
 *
 * When a worker is terminated, Node takes its isolate off the platform and disposes of it afterwards,
 * in this order (nodejs/node#30909, nodejs/node#31752); only then does V8 wait for its compiler's
 * threads. One that allocates in between, in a heap close to its limit, asks the platform for the
 * isolate's task queue in order to have incremental marking started there. Node 20 finds none and
 * aborts the whole process.
 *
 * Without such tasks nobody asks: marking starts, and goes on, where the heap's own thread allocates.
 * The flag counts for the whole process and stays as it is, because piscina ends workers that are idle
 * or called off, and an exit ends all of them, without telling when they are gone.
 *
 * The same goes for a worker that ends while it loads its file, as when another one has failed. Piscina
 * tries to `require` it first; from 20.19 on Node does that with ES modules, too, and aborts when it is
 * stopped on the way. A worker that may not do so falls back on `import`, which may be stopped.
 */
export class WorkerPool extends Piscina {
  constructor(options: ConstructorParameters<typeof Piscina>[0]) {
    setFlagsFromString('--no-incremental-marking-task');
    super({ ...options, execArgv: NO_REQUIRE_OF_MODULES });
  }
}
