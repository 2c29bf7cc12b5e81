import CFeynmanKac

@_cdecl("fkc_abi_version")
package func abiVersion() -> Int32 { Int32(clamping: FKC_ABI_VERSION) }
