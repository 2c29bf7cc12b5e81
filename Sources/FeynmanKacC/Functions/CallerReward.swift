import CFeynmanKac
import FeynmanKac
import RunConfigurations

/// A reward that asks a function of the caller.
func callerReward(
  _ function: @escaping fkc_reward_function, _ context: CallerContext, _ failures: CallFailures
) -> HostFunctions.Reward {
  { batch, wantsGradients in
    try failures.calling("the function of the reward") { message in
      var asked = fkc_reward_batch(
        rows: Int64(batch.count), dimensions: Int64(batch.dimensions), states: batch.states,
        values: batch.values, gradients: wantsGradients ? batch.gradients : nil, message: message)
      return function(context.pointer, &asked)
    }
  }
}
