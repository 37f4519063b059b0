// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.
//
// One run of the TUF client inside npm: refreshes, downloads a target, prints what it then trusts.
// node tuf-js.cjs TUF-JS-FOLDER METADATA-DIR TARGET-DIR BASE-URL TARGET|-
'use strict'
const [, , library, metadataDir, targetDir, base, target] = process.argv
const { Updater } = require(library)
const fs = require('node:fs')

async function run() {
  const updater = new Updater({
    metadataDir, targetDir, metadataBaseUrl: `${base}/repository/metadata`,
    targetBaseUrl: `${base}/repository/targets`, config: { fetchRetries: 0 },
  })
  await updater.refresh()
  if (target !== '-') {
    const found = await updater.getTargetInfo(target)
    if (!found) throw new Error(`no role describes ${target}`)
    await updater.downloadTarget(found, `${targetDir}/file`)
  }
  const root = JSON.parse(fs.readFileSync(`${metadataDir}/root.json`)).signed.version
  console.log(JSON.stringify({ root }))
}

run().catch((error) => {
  console.error(`${error.name}: ${error.message}`)
  process.exit(1)
})
