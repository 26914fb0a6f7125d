/** Error numbers of x86-64 Linux; calls return them negated. */
export const ENOMEM = 12;
export const EEXIST = 17;
export const EINVAL = 22;
