/** Error numbers of x86-64 Linux; calls return them negated. */
export const EINTR = 4;
export const ENOMEM = 12;
export const EEXIST = 17;
export const EINVAL = 22;
