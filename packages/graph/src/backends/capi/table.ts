/** Where functions are in ONNX Runtime's table. Written by scripts/read-ort-header.js; don't edit it. */
export const TABLE = {
  /** The library that it was tried with. */
  library: '1.30.0',
  /** The version of the table in the header. */
  api: 24,
  functions: {
    AddRunConfigEntry: 165,
    AddSessionConfigEntry: 130,
    BindInput: 136,
    BindOutput: 137,
    CreateAndRegisterAllocator: 144,
    CreateCpuMemoryInfo: 69,
    CreateEnv: 3,
    CreateIoBinding: 134,
    CreateRunOptions: 39,
    CreateSessionFromArray: 8,
    CreateSessionOptions: 10,
    CreateTensorWithDataAsOrtValue: 49,
    DisableMemPattern: 17,
    GetErrorMessage: 2,
    ReleaseIoBinding: 135,
    ReleaseSession: 95,
    ReleaseSessionOptions: 100,
    ReleaseStatus: 93,
    ReleaseValue: 96,
    RunWithBinding: 133,
    SetInterOpNumThreads: 25,
    SetIntraOpNumThreads: 24,
    SetSessionExecutionMode: 13,
    SetSessionGraphOptimizationLevel: 23,
    SetSessionLogSeverityLevel: 22,
  },
} as const;
