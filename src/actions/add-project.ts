import { defineAction } from '../core/action.ts'
import { fail, ok } from '../core/errors.ts'

/** The id of the new project in the documented example. */
const firstProjectId = 1002996
/** A later edition of the AddProject page documents this limit (docs/behaviour.md#new-projects). */
const projectLimit = 100

/** The new project accepts key pairs immediately (docs/behaviour.md#new-projects). */
export const addProject = defineAction({
  name: 'AddProject',
  summary: { en: 'Adds a project to the account.', zh: '为账号创建项目。' },
  api: 'account',
  params: {
    projectName: {
      type: 'string',
      description: {
        en: 'Chinese characters, English letters and digits.',
        zh: '项目名称，由中文、英文字母和数字组成。',
      },
      required: true,
      minLength: { value: 1, code: 'InvalidParameterValue' },
      pattern: {
        value: /^[\p{Script=Han}A-Za-z0-9]+$/u,
        code: 'InvalidParameterValue',
        rule: 'consist of Chinese characters, English letters and digits',
      },
    },
    projectDesc: { type: 'string', description: { en: 'A description.', zh: '项目描述。' } },
  },
  response: { projectId: { type: 'integer', description: 'Id of the new project.' } },
  errors: ['InvalidParameter.ProjectNameExisted', 'FailedOperation.ProjectNumExceed'],
  example: { projectName: 'test', projectDesc: '用于测试使用' },

  handle: ({ namespace, system }, { projectName, projectDesc = '' }) =>
    namespace.transaction(() => {
      const projects = namespace.projects.list().filter(({ projectId }) => projectId !== 0)
      if (projects.some((project) => project.projectName === projectName)) {
        const detail = '`projectName` must be unique within an account.'
        return fail('InvalidParameter.ProjectNameExisted', { value: projectName, detail })
      }
      if (projects.length >= projectLimit) {
        const detail = `The limit is ${projectLimit} projects per account; the account already has ${projects.length}.`
        return fail('FailedOperation.ProjectNumExceed', { detail })
      }
      let projectId = firstProjectId
      while (projects.some((project) => project.projectId === projectId)) projectId++
      namespace.projects.add({ projectId, projectName, projectInfo: projectDesc, createdTime: system.now() })
      return ok({ projectId })
    }),
})
