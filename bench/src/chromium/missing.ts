/** An error that the benchmark takes for something that isn't installed. */
export const missing = (message: string): Error => Object.assign(new Error(message), { code: 'ERR_MODULE_NOT_FOUND' });
