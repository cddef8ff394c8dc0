/** Stories as the tests of this house tell them: `Story` with all that it knows of its station, and the boards for it. */
export { boardWith, doubleBoard, singleBoard } from '../../src/testing/boards';
export { closeTheBooks, Story as Rig, type StoryOptions as RigOptions, startOfTime } from '../../src/testing/story';
