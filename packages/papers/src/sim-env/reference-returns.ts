/**
 * What Stable-Baselines3 2.9.2 reaches by the same hyperparameters: mean returns of a seed's evaluation episodes, seed by seed from 0 on, by python/fixtures/sb3_returns.py (PPO) and
 * python/fixtures/sb3_replay_returns.py, 1 December 2026; a test holds them to what these wrote. What isn't here has not been learnt by it.
 */
export const referenceReturns: Readonly<Record<string, readonly number[]>> = {
  'PPO CartPole': [500, 500, 500, 500, 500],
  'PPO Pendulum': [-212.09, -168.1, -173.07, -176.71, -181.54],
  'PPO Pension': [531, 2000, 1990.6, 1948.3, 201.4],
  'DQN CartPole': [19.25, 500, 500, 190, 500],
  'DQN Pension': [2000, 2000, 2000, 2000, 215.8],
  'SAC Pendulum': [-147.4, -147.02, -148.48, -218.85, -336.47],
};
