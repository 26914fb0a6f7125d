/**
 * Names that stress-ng's users know and this tool does not act on, so that they are told apart from
 * slips of the keyboard: stressors, and options that mean nothing to a simulated kernel.
 */

/**
 * All stressors of stress-ng from 0.09.31 to 0.22, in alphabetical order, but `set`, whose name is one
 * of this tool's options. Those that are hogs here are told apart by the registry.
 */
const STRESSORS = `
  access acct acl af-alg affinity aio aiol alarm apparmor atomic bad-altstack bad-ioctl besselmath
  bigheap bind-mount binderfs bitonicsort bitops branch brk bsearch bubblesort bpf cache cachehammer
  cacheline cap cgroup chattr chdir chmod chown chroot chyperbolic clock clone close context copy-file
  cpu cpu-online cpu-sched crc crypt ctrig cyclic daemon dccp dekker dentries dentry dentrycache dev
  dev-shm dfp dir dirdeep dirmany dnotify dup dynlib easy-opcode efivar eigen enosys env epoll
  epollmany eth-sniff eventfd exec exit-group expmath factor fallocate fanotify far-branch fault fcntl
  fd-abuse fd-fork fd-race fibsearch fiemap fifo file-ioctl filehole filename filerace flipflop flock
  flushcache fma fork forkheavy fp fp-error fp-misc fp-subnormal fpunch fractal fsize fstat full
  funccall funcret futex gamma get getdent getrandom goto gpu handle hash hdd heapsort hrtimers hsearch
  hugepage hyperbolic icache icmp-flood idle-page inode-flags inotify insertionsort intmath io io-uring
  iomix ioport ioprio ipsec-mb itimer jpeg judy kcmp key kill klog kvm l1cache landlock led lease link
  list llc-affinity loadavg locka lockbus lockf lockmix lockofd logmath longjmp loop lsearch lsm
  madvise malloc matrix matrix-3d mcontend membarrier memcpy memfd memhotplug memrate memthrash
  mergesort metamix min-nanosleep mincore misaligned mknod mlock mlockmany mmap mmapaddr mmapcow
  mmapfiles mmapfixed mmapfork mmaphuge mmapmany mmaprandom mmaptorture module monte-carlo mpfr
  mprotect mq mremap mseal msg msync msyncmany mtx munmap mutex nanosleep netdev netlink-proc
  netlink-task nice nop null numa numacopy oom-pipe opcode open ovpn pagemove pagescatter pageswap pci
  personality peterson physmmap physpage pidfd ping-sock pipe pipeherd pkey plugin poll powmath prctl
  prefetch prime prio-inv priv-instr procfs pseek pthread ptr-chase ptrace pty qsort quota race-sched
  radixsort ramfs randlist rawdev rawpkt rawsock rawudp rdrand readahead reboot regex regs remap rename
  resched resources revio ring-pipe rlimit rmap rofs rotate rseq rtc schedmix schedpolicy sctp seal
  seccomp secretmem seek sem sem-sysv sendfile session shellsort shm shm-sysv sigabrt sigbus sigchld
  sigfd sigfpe sighup sigill sigio signal signest sigpending sigpipe sigq sigrt sigsegv sigstop
  sigsuspend sigtrap sigurg sigvtalrm sigxcpu sigxfsz skiplist sleep smi sock sockabuse sockdiag sockfd
  sockmany sockpair softlockup sparsematrix spawn spec-rollback spinmem splice stack stackmmap
  statmount str stream strnum swap switch symlink sync-file syncload sysbadaddr syscall sysfs sysinfo
  sysinval tee time-warp timer timerfd timermix tlb-numa tlb-shootdown tmpfs touch tree trig tsc
  tsearch tun udp udp-flood umask umount unlink unshare uprobe urandom userfaultfd usersyscall utime
  varyload vdso veccmp vecfp vecmath vecshuf vecwide verity vfork vforkmany vm vm-addr vm-rw vm-segv
  vm-splice vma vnni wait waitcpu watchdog wcs workload x86cpuid x86syscall xattr yield zero zlib
  zombie
`;

export const STRESS_NG_STRESSORS: readonly string[] = STRESSORS.trim().split(/\s+/);

/** Short options of stressors. */
export const STRESSOR_SHORTS: Readonly<Record<string, string>> = {
  bigheap: 'B',
  cache: 'C',
  cpu: 'c',
  dentry: 'D',
  fallocate: 'F',
  fork: 'f',
  hdd: 'd',
  io: 'i',
  open: 'o',
  pipe: 'p',
  poll: 'P',
  rename: 'R',
  sock: 'S',
  switch: 's',
  timer: 'T',
  urandom: 'u',
  vm: 'm',
  yield: 'y',
};

/** Classes of stress-ng of which there may be no hog. */
export const STRESS_NG_CLASSES = [
  'compute',
  'cpu',
  'cpu-cache',
  'device',
  'fp',
  'filesystem',
  'gpu',
  'integer',
  'interrupt',
  'io',
  'ipc',
  'memory',
  'network',
  'os',
  'pipe',
  'scheduler',
  'search',
  'security',
  'signal',
  'sort',
  'vector',
  'vm',
] as const;

/** Options that are accepted and not heeded, without a value. */
const IGNORED_SWITCHES = `
  abort aggressive autogroup buildinfo c-states change-cpu compact-memory config exercised ftrace
  ignite-cpu interrupts ios keep-files keep-name klog-check ksm log-lockless make-it-fail no-oom-adjust
  oom-avoid oom-no-child oomable pathological progress randprocname rapl sched-reclaim settings
  skip-silent smart stressor-time sync-start syslog taskset-random thermal-zones thrash tz verifiable
  madvise-hwpoison vm-discontiguous vm-nt
`;

/** The same with a value. */
const IGNORED_VALUES = `
  backoff buddystat dentrystat exercise-feature exercise-library exercise-syscall ionice-class
  ionice-level iostat limit-as limit-data limit-stack max-fd mbind no-madvise-opts oom-avoid-bytes
  pause raplstat resctrl sched sched-deadline sched-period sched-prio sched-runtime status temp-path
  thermalstat timer-slack vmstat vmstat-units
`;

/** Options by name: whether they take a value. */
export const IGNORED: ReadonlyMap<string, boolean> = new Map([
  ...IGNORED_SWITCHES.trim()
    .split(/\s+/)
    .map((name) => [name, false] as const),
  ...IGNORED_VALUES.trim()
    .split(/\s+/)
    .map((name) => [name, true] as const),
]);

export const IGNORED_SHORTS: Readonly<Record<string, string>> = {
  backoff: 'b',
  'keep-name': 'k',
  'klog-check': 'K',
};
