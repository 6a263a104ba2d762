import { defineAction } from '../core/action.ts'
import { fail, ok } from '../core/errors.ts'

/** The documented example's new project is 1002996. */
const firstProjectId = 1002996
/** The later edition of the AddProject page names this limit (docs/behaviour.md#new-projects). */
const projectLimit = 100

/** The new project can have key pairs at once (docs/behaviour.md#new-projects). */
export const addProject = defineAction({
  name: 'AddProject',
  summary: { en: 'Adds a project to the account.', zh: '为账号创建项目。' },
  api: 'account',
  params: {
    projectName: {
      type: 'string',
      description: 'Chinese characters, English letters and digits.',
      required: true,
      minLength: { value: 1, code: 'InvalidParameterValue' },
      pattern: {
        value: /^[\p{Script=Han}A-Za-z0-9]+$/u,
        code: 'InvalidParameterValue',
        allowed: 'Chinese characters, English letters and digits',
      },
    },
    projectDesc: { type: 'string', description: 'A description.' },
  },
  response: { projectId: { type: 'integer', description: 'Id of the new project.' } },
  errors: ['InvalidParameter.ProjectNameExisted', 'FailedOperation.ProjectNumExceed'],
  example: { projectName: 'test', projectDesc: '用于测试使用' },

  handle: ({ namespace, system }, { projectName, projectDesc = '' }) =>
    namespace.transaction(() => {
      const projects = namespace.projects.list().filter(({ projectId }) => projectId !== 0)
      if (projects.some((project) => project.projectName === projectName)) {
        const detail = '`projectName` must be unique in the account.'
        return fail('InvalidParameter.ProjectNameExisted', { value: projectName, detail })
      }
      if (projects.length >= projectLimit) {
        const detail = `The account has ${projects.length}, and ${projectLimit} are allowed.`
        return fail('FailedOperation.ProjectNumExceed', { detail })
      }
      let projectId = firstProjectId
      while (projects.some((project) => project.projectId === projectId)) projectId++
      namespace.projects.add({ projectId, projectName, projectInfo: projectDesc, createdTime: system.now() })
      return ok({ projectId })
    }),
})
