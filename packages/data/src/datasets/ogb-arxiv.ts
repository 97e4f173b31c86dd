import { type Dataset, publishedFile } from './dataset.ts';

/** The archive holds gzipped CSV. */
const file = publishedFile(
  'arxiv.zip',
  83_058_288,
  '49f85c801589ecdcc52cfaca99693aaea7b8af16a9ac3f41dd85a5f3193fe276',
  ['https://snap.stanford.edu/ogb/data/nodeproppred/arxiv.zip'],
);

/** Papers on computer science in arXiv, whom they cite and what field they are of (Hu et al. 2020, arXiv 2005.00687). */
export const ogbArxiv: Dataset = {
  name: 'ogb',
  title: 'ogbn-arxiv of the Open Graph Benchmark',
  homepage: 'https://ogb.stanford.edu/docs/nodeprop/#ogbn-arxiv',
  licence: 'ODC-BY; made from the Microsoft Academic Graph',
  files: [file],
};
