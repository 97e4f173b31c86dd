export { type AgnosticOptions, agnosticize } from './agnosticize.ts';
export { decodePermutations, type UntrainedNetwork } from './checkpoint/decode.ts';
export { encodePermutations, type TrainedNetwork } from './checkpoint/encode.ts';
export type { Json } from './checkpoint/header.ts';
export { differingVector, isPermutationOf, type VectorName } from './differing-vector.ts';
export { type LapermSettings, laperm } from './laperm.ts';
export { type WeightMovement, weightMovement } from './movement.ts';
export type { PerLayer } from './per-layer.ts';
export { growingPeriod, type Period } from './period.ts';
export { type ProfileFacts, profileFacts } from './profile-facts.ts';
export { distinctValues, type WeightProfile, weightProfiles } from './profiles.ts';
export { type PruneOptions, randomPrune } from './random-prune.ts';
export {
  arrangementBits,
  type DescribedNetwork,
  type Description,
  descriptionBits,
} from './rivals/description-bits.ts';
export { type EdgePopupSettings, edgePopup } from './rivals/edge-popup.ts';
export { type FoldedBlockOptions, type FoldedBlockParams, foldedBlock } from './rivals/folded-block.ts';
export { type IteRandSettings, iteRand } from './rivals/iterand.ts';
export type { Ranking } from './rivals/scored-optimizer.ts';
export { type SignedConstantsOptions, signedConstant, signedConstants } from './rivals/signed-constants.ts';
export { signedLaperm } from './rivals/signed-laperm.ts';
export { type LeafVectors, type Skip, weightVectors } from './weight-vectors.ts';
