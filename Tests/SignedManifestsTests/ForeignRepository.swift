// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A repository written and signed by python-tuf 7.0.0 with securesystemslib 1.4.0, three keys of three kinds for each role.
enum ForeignRepository {
  static let files: [String: String] = [
    "1.root.json": ##"""
    {"signatures":[{"keyid":"b1b70f42f148537fb3b5c8920b471dcb56a8c107d2982b8da3470610fd34983f","sig":"ea\##
    b4c3698615ba3e72d07b374756e1568bfaf9e367153b7973aebf52c67056b1cbc914c30fa6ca258ef8ce43edf088972bf315\##
    aaedd92ad596dab447cd3c5e0e"},{"keyid":"a2d2f6bcf4c12a2295b5616babccc8bbe867cca777a4494554120b112fef7\##
    159","sig":"3044022048d78dd178bda6875f0d22f90ef33cc3bcf972114d3f6aca59df8f79d13869af02203e9df963c8b6\##
    2682aa6edd03757da4278072592c0382c48f00f178dbd69bc13b"},{"keyid":"c75afca99b60b7fb876154c6354f72ac201\##
    da14ebcad344a6dd8dbad44c7f758","sig":"5cc54ecfefdfc8707ffe608762e008612eac8353bd09b7168af46b8da98a3a\##
    aad35160d093876d910906ed6622b9fcd212ac988b7283148ca0c084f255d315dfc62fb5f9d2ad5c7bd4574736755cdbb91a\##
    e9b6a20985ccd51388cfbf09fef936d52f5f3846b450ca9ae11e75a0fc0b6d28e322719cc788c3d6144489b13cca93298146\##
    96dd6733672b35361bd17bf7f8f374d3b695250a5e3ec47eb70a086586572cdad9a08acdafc1592ce9ab91751c8c24c11b49\##
    80f6fe0ece240ac6f8e6bc5fdd26ef979e808bf136d9ed1261ed73d53339f6a7b2825595f90ff965592ef4a3afacabc31ff1\##
    31f85b2729fed0fb5bf97e2cf37b4f8d9e2d6d2714fb383e30"}],"signed":{"_type":"root","consistent_snapshot"\##
    :true,"expires":"2030-01-01T00:00:00Z","keys":{"a2d2f6bcf4c12a2295b5616babccc8bbe867cca777a449455412\##
    0b112fef7159":{"keytype":"ecdsa","keyval":{"public":"-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQY\##
    IKoZIzj0DAQcDQgAEQsGP8uoNyIK6FVK3vZlfl9McTs1Y\n8OUpDxCbAJAg3/lfb5E+f7so4KgxOsdCvI0ug206Khd/EAwp1khPz\##
    CarxQ==\n-----END PUBLIC KEY-----\n"},"scheme":"ecdsa-sha2-nistp256"},"b1b70f42f148537fb3b5c8920b471\##
    dcb56a8c107d2982b8da3470610fd34983f":{"keytype":"ed25519","keyval":{"public":"da41c8bc54fe9ab6fdfe2a\##
    980c4fa856dc34a6a59ae5c035f14e91a5bc60dad1"},"scheme":"ed25519"},"c75afca99b60b7fb876154c6354f72ac20\##
    1da14ebcad344a6dd8dbad44c7f758":{"keytype":"rsa","keyval":{"public":"-----BEGIN PUBLIC KEY-----\nMII\##
    BIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAksdDcODiVDB6BrJba+Ch\nzDpSyilf9Jer4b7/Ez6C7skWTbo9rZc4qJmsa\##
    1rFjWBIV54NNAwoDKQxvxPZBw6X\nO5RfgtWxJ0GRttXeQlLp+1P1U0AdyYXvA0CMbO60pXTPbgUbTzKSdySHdJmK7QFV\nNxVUs\##
    Sr2l+Cgv+w1niWMJ4ZWX4Ua690/OU+S6IrF4XSDTUDhAw3YqdF1g4AsF1O2\nmcB0mRMW/3rXlcwSnGuRlcfIRNVJDlKtMgrC+Se\##
    I2mz2AkZNEcjJqD3bOC2HeMlJ\ndzdyLL53C5G/oNuXC5OEzGL9HKkjKS0y7VYZfABaTF4F0afRKK8klMyje3eT20+b\nlwIDAQA\##
    B\n-----END PUBLIC KEY-----\n"},"scheme":"rsassa-pss-sha256"}},"roles":{"root":{"keyids":["b1b70f42f\##
    148537fb3b5c8920b471dcb56a8c107d2982b8da3470610fd34983f","a2d2f6bcf4c12a2295b5616babccc8bbe867cca777\##
    a4494554120b112fef7159","c75afca99b60b7fb876154c6354f72ac201da14ebcad344a6dd8dbad44c7f758"],"thresho\##
    ld":3},"snapshot":{"keyids":["b1b70f42f148537fb3b5c8920b471dcb56a8c107d2982b8da3470610fd34983f","a2d\##
    2f6bcf4c12a2295b5616babccc8bbe867cca777a4494554120b112fef7159","c75afca99b60b7fb876154c6354f72ac201d\##
    a14ebcad344a6dd8dbad44c7f758"],"threshold":3},"targets":{"keyids":["b1b70f42f148537fb3b5c8920b471dcb\##
    56a8c107d2982b8da3470610fd34983f","a2d2f6bcf4c12a2295b5616babccc8bbe867cca777a4494554120b112fef7159"\##
    ,"c75afca99b60b7fb876154c6354f72ac201da14ebcad344a6dd8dbad44c7f758"],"threshold":3},"timestamp":{"ke\##
    yids":["b1b70f42f148537fb3b5c8920b471dcb56a8c107d2982b8da3470610fd34983f","a2d2f6bcf4c12a2295b5616ba\##
    bccc8bbe867cca777a4494554120b112fef7159","c75afca99b60b7fb876154c6354f72ac201da14ebcad344a6dd8dbad44\##
    c7f758"],"threshold":3}},"spec_version":"1.0.31","version":1,"x-note":"na\u00efve \u20ac \ud83d\ude0\##
    0 \"quoted\" \\ back\ttab\u007f"}}
    """##,
    "1.targets.json": ##"""
    {"signatures":[{"keyid":"b1b70f42f148537fb3b5c8920b471dcb56a8c107d2982b8da3470610fd34983f","sig":"9f\##
    85e104b82f6ac3a41852aa8511ec0904b4b7a31a44ba2dbdc4df8f84ecdaab372d47ffa77a09e308161889ea30e8c2d471eb\##
    ac8d11aa2efc021aa1e70e1502"},{"keyid":"a2d2f6bcf4c12a2295b5616babccc8bbe867cca777a4494554120b112fef7\##
    159","sig":"3045022030921430a27992f234e71ffc340c078706e6e7e58c46ec4e7c12479be972352b02210087a043a19c\##
    4fcc0587227d41f308ba9851d21ce4958f74aaf3ce35829991454d"},{"keyid":"c75afca99b60b7fb876154c6354f72ac2\##
    01da14ebcad344a6dd8dbad44c7f758","sig":"59094e2eeaeb0c5362476052e02572537f226ad605b3a02078dcb8fdb630\##
    10aca48c1b91107b8992c1147d72fb0db07c3a935da69dd2c4d814448da9f6428f8b0c14e1ab5e0947e7929c3427250c34a0\##
    d30ed171c76af0efe97e93e9d12ba31084f0db0db7b7050c657fe2b286eab1ab7966bcc1fcde45b76b64aa660a0b934c08f5\##
    6aeedc1e52cfc686494bda7466ee772025e284f1ea5eea25affb479310f9f54ef412864af295749b14832f0ee8c2c610ec49\##
    bf0669bbe616d00dbd44105c568614d718c221b6ccaba4e043a0065490131e1480fca200f069a7879fe397d194a9ced5393f\##
    c1bfdac8699dca0a613bd70eafc1408113a596567732dfa3b95d"}],"signed":{"_type":"targets","expires":"2030-\##
    01-01T00:00:00Z","spec_version":"1.0.31","targets":{"worst-of/1/entries.txt":{"hashes":{"sha256":"68\##
    1823476228426647b4422e598a067bfa652b988adaa414dfaf670a1798a3b6","sha512":"7861884423b49309c6e3a87f0d\##
    2ad97b8b4a50a70cbb0d6b3f314a7267e04c97d42397b01c77d24333e41cb6cbcc061e8de0971ca5472f418ea5e09c18ec1f\##
    39"},"length":12}},"version":1}}
    """##,
    "1.snapshot.json": ##"""
    {"signatures":[{"keyid":"b1b70f42f148537fb3b5c8920b471dcb56a8c107d2982b8da3470610fd34983f","sig":"5f\##
    8718fb44823c238a44bc747bc3e835f8fd7291e2f2cc46900a1fa71b1b297a5fb8f90f2c9225a41cd96368e1cc8706409f51\##
    cf7ce033e3945aa7e6f627c60a"},{"keyid":"a2d2f6bcf4c12a2295b5616babccc8bbe867cca777a4494554120b112fef7\##
    159","sig":"3045022100c54d8261882da3dfb374ea84a952e1675bf878d368d778ee9fc45b1e3a9ac0aa02205e2e2d7c05\##
    0d8610e30c565eff29258e04a488b4ba1fd3f911eaff297c6720d6"},{"keyid":"c75afca99b60b7fb876154c6354f72ac2\##
    01da14ebcad344a6dd8dbad44c7f758","sig":"3306ef2f84bbb33e7b6c571e505bde830b506a05cc1e061230019a97cf58\##
    4786948c7b4547197033d0f4a45e47d136639f786806685127afd780771de59ff4480b2203eeceaa05501bec9de890a48ef8\##
    20b47be2bb2787692fb6cc67b96e63669e93037ae8ae2532f8087a5e0a61e499541100a815cca7ea455dd9e73aa279401403\##
    3634132755cb41c4342642b874e9eec2c96c2240724d3f281ff81b8703620b89c8b9d27a0b9cc36398b10a210e705e5bda39\##
    40e0736274296f6353072a15cf04e14d9aaf88ccbe269c57b27699ba1a32947c2b95585fa90c6d5de16e70da1d0a32b7b9f9\##
    70ab329264579ddfd66b164aecd5bd59f7828462ff7d81a02c9e"}],"signed":{"_type":"snapshot","expires":"2030\##
    -01-01T00:00:00Z","meta":{"targets.json":{"version":1}},"spec_version":"1.0.31","version":1}}
    """##,
    "timestamp.json": ##"""
    {"signatures":[{"keyid":"b1b70f42f148537fb3b5c8920b471dcb56a8c107d2982b8da3470610fd34983f","sig":"19\##
    edbabba2c74bb1d180504c59a7e443072a0c0d84b3072572cbdbd2142556f9744e2e29cfff913ceaa0987a122acb3f13ea81\##
    011c74dcfe62536fd849836507"},{"keyid":"a2d2f6bcf4c12a2295b5616babccc8bbe867cca777a4494554120b112fef7\##
    159","sig":"3044022062551c54fe9ef794fae3592ddeefac25be8b52969c01503404b1d95093c19e9a0220495bf618db8e\##
    171d8097e19bcf2cf30db317ea98e8d53cc18a8852140b131de0"},{"keyid":"c75afca99b60b7fb876154c6354f72ac201\##
    da14ebcad344a6dd8dbad44c7f758","sig":"17baf423a0cc076a1009eec4ea575777f8bcad0a9c464dbb36446d3831c376\##
    137a0ee8f6578e54c832afacba014bfe4ff96d07013709c45d2b86e088653b4d548a132233714e0154479906b898aaddf9ca\##
    13f1193a06edad08b95e76304568cd759ef237bf3a0dc4e730bcae4426bac31e7017ebd31492dbff96b904b9fff5dc1347a5\##
    c3950f9aacb4096b498834cdd419846f4f5086990a1280fb374c20c67aee3c5780288654f57606ffbc6d4ecbd92c21371967\##
    1c8788c05db7c3f9f6cb9e6bec86a2a8abfc2d284e4821008ecad3dcacaf53065ad6a399d0d504b94b0e11e67b8b864b21d2\##
    86d3f7fd93908cf7e3599b0d4ce3036668e387b237ed670404"}],"signed":{"_type":"timestamp","expires":"2030-\##
    01-01T00:00:00Z","meta":{"snapshot.json":{"version":1}},"spec_version":"1.0.31","version":1}}
    """##,
  ]
}
