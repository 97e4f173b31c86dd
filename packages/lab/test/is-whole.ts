/** Whether what takes long is tested, too: by `npm run test:browser`. */
export const isWhole = process.env.UNBRAID_BROWSER === 'all';
