/** Error numbers of x86-64 Linux; calls return them negated. */
export const EPERM = 1;
export const EINTR = 4;
export const EBADF = 9;
export const EAGAIN = 11;
export const ENOMEM = 12;
export const EACCES = 13;
export const EFAULT = 14;
export const EBUSY = 16;
export const EEXIST = 17;
export const ENODEV = 19;
export const EINVAL = 22;
export const ETXTBSY = 26;
export const EFBIG = 27;
export const ENOSPC = 28;
export const EOVERFLOW = 75;
export const EOPNOTSUPP = 95;

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries({
    EPERM,
    EINTR,
    EBADF,
    EAGAIN,
    ENOMEM,
    EACCES,
    EFAULT,
    EBUSY,
    EEXIST,
    ENODEV,
    EINVAL,
    ETXTBSY,
    EFBIG,
    ENOSPC,
    EOVERFLOW,
    EOPNOTSUPP,
  }).map(([name, errno]) => [errno, name]),
);

/** `ENOMEM` of 12; a number that the model never returns stays a number. */
export function errnoName(errno: number): string {
  return NAMES.get(errno) ?? `errno ${errno}`;
}

/** 12 of `ENOMEM`; undefined for a name that the model never returns. */
export function errnoOf(name: string): number | undefined {
  for (const [errno, known] of NAMES) if (known === name) return errno;
  return undefined;
}
