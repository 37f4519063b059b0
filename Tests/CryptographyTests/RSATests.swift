// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Cryptography
import Testing

/// Signatures over `message` made by `openssl dgst -sha256 -sign`.
struct RSATests {
  private static let key = """
    -----BEGIN PUBLIC KEY-----
    MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAk/Jr5Rx80mrJq3FHNCRj
    KB9H3FAbmNWb6s3DKBaFBNM3fE0+QmrkKrPVex0xs3HY6fv0CZ9tyo8AIhu+ioqU
    vhAPiRO6jkX1Fwvi70BqXevz33id5jMEANGQ2oNImp0xwwyEiJn8dUZSxtVuMmrH
    Qt7zuqzWtZVCFfPnzk9GujyZxumYzaR2JglGAquSpcaN160AOKye+wiElwjI7GWi
    7S3sL4eFhStoZJptPdHGVFNWxY5bLV77i+GTUmWaRZZWa844vzjkOKrxcBEJoUum
    dd2PEixhJ0aaIoU7We7VkFd7E8FSgFIjEpdvPxCRvMo17/AvuBmrAJljuB/vDciU
    pwIDAQAB
    -----END PUBLIC KEY-----
    """
  private static let weakKey = """
    -----BEGIN PUBLIC KEY-----
    MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCn/6IWdZBtexnOGBhvmF0DQafU
    jEzCCA2wv0qAKTtX+2SrwCvMWmMp6GJRkBw+SA2RJCFkkCXZyU87H8MZXx7yrVgi
    CNowEh+isZd0O8ret6tUDt9qgo4cP5vKIaVDNkZBiT+qKIKadj8kyIA6Kz3yStm0
    OWIONaXm5D6Y8M/WNwIDAQAB
    -----END PUBLIC KEY-----
    """
  private static let pssSalt32 =
    "53cdfd649fe86f328f7b64fefe639755dbfa2d7ed527ea678b4d777a6975b71342fcb6aba36747edce906887966254dfddd080b9544c02b35638f110b82af17f5d961b7916947c308675e8b3dd6cb25508e7b4b256ad1b1992a19ced46b42a4d651639d0025624826134445862f71e2358fb54526254598b5a96c4c7d9fa6b6d1d9570533cd3c8ef10b962fa2f8bc0f59ff691314cb44715051aeb20a4b427247e0ac20d7a8b03fdd108ad0747709336fd00959e9f4d81dd53e8d33398ec955c9b003dcef818743f077855dd4d51ac640d0bfa43405bc3da28fd9a91befe7ff9dcfa219c11c33b6ddab9af2e0281cf80bc7e2ba93ad2e99b43567ab2be402586"
  private static let pssSalt20 =
    "884e5367f9df122225b3015678dd73f1ebb44b5449b8b0050e0cd574df27ecc499946053139656d50c0cbddce30c74ed13725806f64e0bf277ec06a68aadb4bd65e78549ff38482be855b0f3aa0c5efd65026dcd1113f2db51c931784b2469f404685454b30349bbf5f6754daab5607571142d0d163d0d4fd248244d8b2222748a488201247ebbacf1fa5a8e72cd1f64271326f740977157557583439bc012b79c2106d10b42e0bbc8cefa16d0de8c0b181140961346a05a16ef15e2b16979cf95ade0865f429e9f3e90ca474257af687c563dea5358547c607eb192d0ad7e84061857c6180c77f40d7825c1f99a87483c62cc472a77d0b1159b4a082d93bfde"
  private static let pkcs1 =
    "5e4c60fdaaab8f0973e24c281d3d5401629b6e35bc852548a60436c28b53313a821227f44fc1872d6bc79bd8de45ab8d6430958cddd07e643aa661e71769a773eb0ea840580060d92bbf95b630ae352c2219fdc1b950a9f15752b60a921c54e274d08712d37bce61a87361aac7bbecb8a60e4614435182c3e4af647d586c219e08b677716021ad8d5c27bb4972a9b09e843bdd46a02d9aba36cdace6ceaf13833e0663ab2dff66c317918fb74f5e96fd9765e5679977585b7b4c84ccd5e7e216bfddeb2cf678ffed7e96d7a71e81368b3fbc6ce6799d44259e546b41d60683c0446c5f5bb784f94924c47380503d4b218f7e58bb3e5c96e3e88bb82ee96cdb29"

  @Test(arguments: [(pssSalt32, true), (pssSalt20, true), (pkcs1, false)])
  func `RSA signatures count with PSS padding alone, of any salt length`(hex: String, isGood: Bool) throws {
    let key = try PublicKey(pem: Self.key)
    #expect(key.algorithm == .rsaPSS)
    let signature = try #require(Hex.decode(hex))
    #expect(key.verify(signature: signature, message: Array("message".utf8)) == isGood)
    #expect(!key.verify(signature: signature, message: Array("massage".utf8)))
  }

  @Test func `an RSA key below 2048 bits is refused`() {
    #expect(throws: KeyError.unsupportedAlgorithm) { try PublicKey(pem: Self.weakKey) }
  }
}
