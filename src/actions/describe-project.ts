import { defineAction } from '../core/action.ts'
import { ok } from '../core/errors.ts'
import type { Project } from '../store/records.ts'
import { chinaTime, creatorUin, listOf, text } from './shared.ts'

/** Lists the projects, without the default one, as in the documented example (docs/behaviour.md#projects-out-of-the-box). */
export const describeProject = defineAction({
  name: 'DescribeProject',
  summary: { en: 'Lists the projects of the account.', zh: '查询账号的项目列表。' },
  api: 'account',
  params: {
    allList: {
      type: 'integer',
      description: {
        en: '1 to list hidden projects too; there are none here.',
        zh: '是否包括已隐藏的项目，1 表示包括。模拟器中没有隐藏的项目。',
      },
      code: 'InvalidParameterValue',
      maximum: { value: 1, code: 'InvalidParameterValue' },
    },
  },
  response: {
    data: listOf('The projects.', 'A project.', {
      projectName: text('Its name.'),
      projectId: { type: 'integer', description: 'Its id, as CreateKeyPair takes it.' },
      createTime: text('`YYYY-MM-DD hh:mm:ss`, China Standard Time.'),
      creatorUin: { type: 'integer', description: 'Account number of its creator.' },
      projectInfo: text('Its description.'),
    }),
  },
  errors: [],
  example: {},

  handle: ({ namespace }) => {
    const projects = namespace.projects.list().filter(({ projectId }) => projectId !== 0)
    return ok({ data: projects.map(toAnswer) })
  },
})

const toAnswer = ({ projectName, projectId, projectInfo, createdTime }: Project) => ({
  projectName,
  projectId,
  createTime: chinaTime(createdTime),
  creatorUin,
  projectInfo,
})
