/** Where the native files of a package `@unbraid/ort-PLATFORM` are from. Every hash is a SHA-256. */
export interface OrtSource {
  /** As Node names them: `linux-x64`. */
  readonly platform: string;
  readonly os: string;
  readonly cpu: string;
  readonly libc?: 'glibc';
  /** Oldest system that the library runs on. */
  readonly needs: string;
  /** A wheel of `onnxruntime` in Python's package index, and the library in it. */
  readonly wheel: {
    readonly file: string;
    readonly sha256: string;
    readonly member: string;
    readonly library: string;
    readonly librarySha256: string;
  };
  /** Where koffi's binary is in `@koromix/koffi-PLATFORM`. */
  readonly koffi: { readonly member: string; readonly sha256: string };
}

/** The version of the library, of the wheels, and of the packages: these are what the library is. */
export const ORT_VERSION = '1.30.0';
export const KOFFI_VERSION = '3.3.4';

/** Why wheels: docs/decisions/020-native-packages.md. */
export const ORT_SOURCES: readonly OrtSource[] = [
  {
    platform: 'linux-x64',
    os: 'linux',
    cpu: 'x64',
    libc: 'glibc',
    needs: 'glibc 2.28',
    wheel: {
      file: 'onnxruntime-1.30.0-cp311-cp311-manylinux_2_28_x86_64.whl',
      sha256: 'fd54b314ea385bcecac69ab431f020ba503e3878dad4ebb645fec5a24b041242',
      member: 'onnxruntime/capi/libonnxruntime.so.1.30.0',
      library: 'libonnxruntime.so.1',
      librarySha256: 'c902c70b3003c0e99fada202f37478c515ae9bba7944c2b2abd0017bae0c82ed',
    },
    koffi: {
      member: 'linux_x64/koffi.node',
      sha256: 'bee3ebc173f47178269e8441fbfd90899c8fe6bc3c948f481c79670f924b1725',
    },
  },
  {
    platform: 'linux-arm64',
    os: 'linux',
    cpu: 'arm64',
    libc: 'glibc',
    needs: 'glibc 2.28',
    wheel: {
      file: 'onnxruntime-1.30.0-cp311-cp311-manylinux_2_28_aarch64.whl',
      sha256: 'bac3aee7b40acd805659fd81a2acd6096312d5b0f014c97ddfe75fb4c1644627',
      member: 'onnxruntime/capi/libonnxruntime.so.1.30.0',
      library: 'libonnxruntime.so.1',
      librarySha256: '8a218e1e446880131115c368ec7005969a5022af9a15a26173de648fef0b7789',
    },
    koffi: {
      member: 'linux_arm64/koffi.node',
      sha256: '7086182b845ae3a0e22113513c9a4e4f2b7838814b079c9a91270887eab1adf1',
    },
  },
  {
    platform: 'darwin-arm64',
    os: 'darwin',
    cpu: 'arm64',
    needs: 'macOS 14',
    wheel: {
      file: 'onnxruntime-1.30.0-cp311-cp311-macosx_14_0_arm64.whl',
      sha256: 'f36c87ec504f4f328e968ee322e4ba9682abe66280b3425625afcbed5333fed7',
      member: 'onnxruntime/capi/libonnxruntime.1.30.0.dylib',
      library: 'libonnxruntime.1.dylib',
      librarySha256: '8f54aa3989f2d4b2f9fbe8af298b1c147978ec899a8c28e20d0d35edc0005027',
    },
    koffi: {
      member: 'darwin_arm64/koffi.node',
      sha256: 'b9aecb03e160adb199ea66128a6986cbd5550056bd7fb19f4d35f366cf861c61',
    },
  },
  {
    platform: 'win32-x64',
    os: 'win32',
    cpu: 'x64',
    needs: 'Windows 10',
    wheel: {
      file: 'onnxruntime-1.30.0-cp311-cp311-win_amd64.whl',
      sha256: '0edd0145a6e3fce8a1276491dc784d615e3c58bcb952c9b4e5c876d5c6a12ad7',
      member: 'onnxruntime/capi/onnxruntime.dll',
      library: 'onnxruntime.dll',
      librarySha256: '44741724166ad61c8c82885e394793807f2cf5707c83b9e33c2d78d75c6e7650',
    },
    koffi: {
      member: 'win32_x64/koffi.node',
      sha256: 'a77b6bb6f60cdd360a41cc4e9f8a0e2a4c5b8e6dd83f43e756af285c59a7c4c2',
    },
  },
  {
    platform: 'win32-arm64',
    os: 'win32',
    cpu: 'arm64',
    needs: 'Windows 11',
    wheel: {
      file: 'onnxruntime-1.30.0-cp311-cp311-win_arm64.whl',
      sha256: '16506cfa5d218850f2b46e0edce1b952121f2f84f8e0074dafe15f4787f0c8fb',
      member: 'onnxruntime/capi/onnxruntime.dll',
      library: 'onnxruntime.dll',
      librarySha256: 'ddeec3d8a99b9261fa4db558bba0f62d52a8577a7a2dc566bbf2b0d7ebfc90a0',
    },
    koffi: {
      member: 'win32_arm64/koffi.node',
      sha256: '39fe96e2a2da1ed2ab26d4b2cad01de85d42f7197048e471c65ba5afa3ce7050',
    },
  },
];

/** The tag of a wheel's file name that says for which machines it is: `manylinux_2_28_x86_64`. */
export const wheelTag = ({ wheel }: OrtSource): string => wheel.file.slice(0, -'.whl'.length).split('-')[4]!;
