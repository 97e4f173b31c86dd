// Replaced by the kernel build.
