import type { Action } from '../core/action.js'
import { addProject } from './add-project.js'
import { associateInstancesKeyPairs } from './associate-instances-key-pairs.js'
import { createKeyPair } from './create-key-pair.js'
import { deleteKeyPairs } from './delete-key-pairs.js'
import { describeInstances } from './describe-instances.js'
import { describeKeyPairs } from './describe-key-pairs.js'
import { describeProject } from './describe-project.js'
import { describeRegions } from './describe-regions.js'
import { describeResourceTagsByResourceIds } from './describe-resource-tags-by-resource-ids.js'
import { describeZones } from './describe-zones.js'
import { disassociateInstancesKeyPairs } from './disassociate-instances-key-pairs.js'
import { importKeyPair } from './import-key-pair.js'
import { modifyKeyPairAttribute } from './modify-key-pair-attribute.js'

/** What the emulator can do. */
export const actions: readonly Action[] = [
  createKeyPair,
  importKeyPair,
  describeKeyPairs,
  modifyKeyPairAttribute,
  deleteKeyPairs,
  associateInstancesKeyPairs,
  disassociateInstancesKeyPairs,
  describeInstances,
  describeProject,
  addProject,
  describeRegions,
  describeZones,
  describeResourceTagsByResourceIds,
]
