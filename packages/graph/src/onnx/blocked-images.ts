import { BLOCKED, type Emitter } from './emitter.ts';

/**
 * Keeps account of images that are there in blocks of channels, so that none is brought into blocks twice, and none out of blocks and into
 * them again.
 */
export function blockedImages(
  node: Emitter['node'],
): Pick<Emitter, 'toBlocks' | 'fromBlocks' | 'inBlocks' | 'keepBlocks'> {
  const known = new Map<string, string>();
  return {
    inBlocks: (images) => known.get(images),
    keepBlocks: (images, blocked) => void known.set(images, blocked),
    toBlocks(images) {
      const blocked = known.get(images) ?? node(BLOCKED.reorderInput, [images]);
      known.set(images, blocked);
      return blocked;
    },
    fromBlocks(blocked, channels) {
      const images = node(BLOCKED.reorderOutput, [blocked], { channels });
      known.set(images, blocked);
      return images;
    },
  };
}
