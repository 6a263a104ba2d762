import { defineAction } from '../core/action.ts'
import { ok } from '../core/errors.ts'
import type { IntegerParam } from '../core/schema.ts'
import { chinaTime, creatorUin, listOf, text } from './shared.ts'

const code = 'InvalidParameter'
const integer = (description: string, minimum: number, maximum?: number) =>
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
    AllList: { ...integer('1 to list hidden projects too; there are none here.', 0, 1), required: true },
    Limit: { ...integer('Maximum number of items, 1 to 1000.', 1, 1000), required: true },
    Offset: { ...integer('Number of items to skip.', 0), required: true },
    ProjectId: integer('Id of a project.', 1),
    ProjectName: text('Part of the name of a project.'),
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
