import type { Action } from '../core/action.ts'
import { addProject } from './add-project.ts'
import { associateInstancesKeyPairs } from './associate-instances-key-pairs.ts'
import { createKeyPair } from './create-key-pair.ts'
import { deleteKeyPairs } from './delete-key-pairs.ts'
import { describeInstances } from './describe-instances.ts'
import { describeKeyPairs } from './describe-key-pairs.ts'
import { describeProject } from './describe-project.ts'
import { describeProjects } from './describe-projects.ts'
import { describeRegions } from './describe-regions.ts'
import { describeResourceTagsByResourceIds } from './describe-resource-tags-by-resource-ids.ts'
import { describeZones } from './describe-zones.ts'
import { disassociateInstancesKeyPairs } from './disassociate-instances-key-pairs.ts'
import { importKeyPair } from './import-key-pair.ts'
import { modifyKeyPairAttribute } from './modify-key-pair-attribute.ts'
import { modifyResourceTags } from './modify-resource-tags.ts'

/** The actions of the emulator. Tables and tests derive from this list. */
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
  modifyResourceTags,
  describeProjects,
]
