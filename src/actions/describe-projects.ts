import { defineAction } from '../core/action.ts'
import { ok } from '../core/errors.ts'
import type { Bilingual, IntegerParam } from '../core/schema.ts'
import { chinaTime, creatorUin, listOf, text, textParam } from './shared.ts'

const code = 'InvalidParameter'
const integer = (description: Bilingual, minimum: number, maximum?: number) =>
  ({
    type: 'integer',
    description,
    code,
    minimum: { value: minimum, code },
    ...(maximum !== undefined && { maximum: { value: maximum, code } }),
  }) as const satisfies IntegerParam

/** Lists the projects without the default one, as DescribeProject does (docs/behaviour.md#projects-out-of-the-box). */
export const describeProjects = defineAction({
  name: 'DescribeProjects',
  summary: { en: 'Lists the projects of the account (tag service).', zh: '查询账号的项目列表（标签服务）。' },
  only: '3.0',
  service: 'tag',
  needsRegion: false,
  params: {
    AllList: {
      ...integer(
        {
          en: '1 to list hidden projects too; there are none here.',
          zh: '是否包括已隐藏的项目，1 表示包括。模拟器中没有隐藏的项目。',
        },
        0,
        1,
      ),
      required: true,
    },
    Limit: {
      ...integer({ en: 'Maximum number of items, 1 to 1000.', zh: '返回数量，取值范围为 1 到 1000。' }, 1, 1000),
      required: true,
    },
    Offset: { ...integer({ en: 'Number of items to skip.', zh: '偏移量，即跳过的数量。' }, 0), required: true },
    ProjectId: integer({ en: 'Id of a project.', zh: '项目 ID。' }, 1),
    ProjectName: textParam('Part of the name of a project.', '项目名称的一部分。'),
  },
  response: {
    Total: { type: 'integer', description: 'Number of matches on all pages.' },
    Projects: listOf('The projects of this page.', 'A project.', {
      ProjectId: { type: 'integer', description: 'Its id, as CreateKeyPair takes it.' },
      ProjectName: text('Its name.'),
      CreatorUin: { type: 'integer', description: 'Account number of its creator.' },
      ProjectInfo: text('Its description.'),
      CreateTime: text('`YYYY-MM-DD hh:mm:ss`, China Standard Time.'),
    }),
  },
  errors: [],
  '3.0': { errors: ['AuthFailure', 'AuthFailure.UnauthorizedOperation', 'FailedOperation'] },
  example: { AllList: '1', Limit: '20', Offset: '0' },

  handle({ namespace }, { Limit, Offset, ProjectId, ProjectName = '' }) {
    const matching = namespace.projects
      .list()
      .filter(({ projectId }) => projectId !== 0 && (ProjectId === undefined || projectId === ProjectId))
      .filter(({ projectName }) => projectName.includes(ProjectName))
    const Projects = matching.slice(Offset, Offset + Limit).map((project) => ({
      ProjectId: project.projectId,
      ProjectName: project.projectName,
      CreatorUin: creatorUin,
      ProjectInfo: project.projectInfo,
      CreateTime: chinaTime(project.createdTime),
    }))
    return ok({ Total: matching.length, Projects })
  },
})
