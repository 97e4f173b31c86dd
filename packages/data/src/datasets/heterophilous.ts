import { type Dataset, publishedFile } from './dataset.ts';

/** The authors' repository at the commit that the fingerprints are of, and its branch. */
const FOLDERS = [
  'https://raw.githubusercontent.com/yandex-research/heterophilous-graphs/a431395582e929d88271309716bea4fe24ce6318/data/',
  'https://raw.githubusercontent.com/yandex-research/heterophilous-graphs/main/data/',
] as const;

const file = (name: string, bytes: number, sha256: string) =>
  publishedFile(name, bytes, sha256, [`${FOLDERS[0]}${name}`, `${FOLDERS[1]}${name}`]);

/**
 * Graphs whose neighbours differ: five new ones, and Wikipedia's chameleon and squirrel as they were and without the nodes that stand in them several times
 * (Platonov, Kuznedelev, Diskin, Babenko and Prokhorenkova 2023, arXiv 2302.11640).
 */
export const heterophilous: Dataset = {
  name: 'heterophilous',
  title: 'the heterophilous graphs of Platonov et al.',
  homepage: 'https://github.com/yandex-research/heterophilous-graphs',
  licence:
    'O. Platonov, D. Kuznedelev, M. Diskin, A. Babenko and L. Prokhorenkova; the repository is under the MIT licence; made from Wikipedia, SNAP, Toloka and Yandex Q',
  files: [
    file('roman_empire.npz', 20_401_489, 'a58ba741d123bf892fe5c872138d07463d75a2e9012360b8dd78ac2d4766d428'),
    file('amazon_ratings.npz', 27_744_018, '4c3a3e3b9d9f6cba0fede4625a00aad8c5721c1a36ed771367f446763241c7dd'),
    file('minesweeper.npz', 135_045, 'e664c8dacf1e8ac466c2c09ed4b237bd2c5541f47a6eae9c6092cb87f16412b3'),
    file('tolokers.npz', 1_329_769, 'dacf3ac94cec53d03cd2adb5255c08b33dee1656c33ca8164a464bd9450a1667'),
    file('questions.npz', 47_369_919, '757ebd772bab1475c4dd951ca9e364400c6db161656cff9d21780ee874cf3074'),
    file('chameleon_filtered.npz', 58_924, 'bf46f07e1fb5249280447e5fe3100f3e82fc4b93ad1e13ffcfdec924b6ac0bb5'),
    file('squirrel_filtered.npz', 208_215, 'f06370ffb3116c5de8b7a600005400b2293c025e0ce2f6916d8201a825505ac7'),
  ],
};
