/** Numbers of 4 bytes in a cache line. Threads that write to one line wait for each other. */
export const LINE = 16;
