import type { Csr } from '@unbraid/kernels';
import type { Matrix } from '../matrix.ts';

/** What was done to the edges of a file so that each stands once in both directions. */
export interface EdgeReport {
  /** Undirected edges, self loops not counted. */
  readonly edges: number;
  /** Edges from a node to itself that were left out. */
  readonly selfLoops: number;
  /** Lines, or pairs, that repeated an edge in either direction. */
  readonly repeated: number;
  /** Edges that stand in one direction only and count in both. */
  readonly oneWay: number;
}

/** A graph whose nodes have features and classes. */
export interface GraphData {
  readonly name: string;
  /** Symmetric, without self loops; 1 for an edge, or its weight where the source gives weights. */
  readonly adjacency: Csr;
  /** A row for each node; sparse where the source is. */
  readonly features: Csr | Matrix;
  /** A class for each node, from 0; −1 where the source gives none. */
  readonly labels: Int32Array;
  readonly classes: number;
  readonly report: EdgeReport;
  /** What was left out, added or read otherwise than it stands in the source, in a sentence each; empty where nothing was. */
  readonly notes: readonly string[];
}

/** Nodes by what they are for, ascending. */
export interface GraphSplit {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

/** A graph and the splits that results on it are reported for. */
export interface GraphSet {
  readonly graph: GraphData;
  readonly splits: readonly GraphSplit[];
}
