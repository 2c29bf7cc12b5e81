"""The decoder's property head as a regression network that `fkc` takes as a reward: properties.safetensors.

    python export_properties.py

From whitened latents, as the diffusion network has them, to log P, SA score, QED and TPSA in their own units: the affine
maps on both sides are folded into the first and the last layer. Prints how far the two are apart on random latents.
"""

import pathlib
import sys

import properties
import torch
import vae

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "export"))
import regression


def main():
    decoder, _ = vae.load(HERE / "decoder.safetensors", vae.Decoder)
    layers = [layer for layer in decoder.property if isinstance(layer, torch.nn.Linear)]
    if [type(layer) for layer in decoder.property] != [torch.nn.Linear, torch.nn.SiLU] * (len(layers) - 1) + [
            torch.nn.Linear]:
        sys.exit("export_properties.py: the head is not linear maps with SiLU between them")
    first, last = layers[0], layers[-1]
    head = regression.Regression(
        decoder.settings["latent"], first.out_features, len(layers) - 1, list(properties.NAMES))
    with torch.no_grad():
        state = {
            # z = mean + w U, so W z + b = (W Uᵀ) w + (W mean + b).
            "input.weight": first.weight @ decoder.latent_unwhitening.T,
            "input.bias": first.weight @ decoder.latent_mean + first.bias,
            "output.weight": decoder.property_deviation[:, None] * last.weight,
            "output.bias": decoder.property_deviation * last.bias + decoder.property_mean,
        }
        for index, layer in enumerate(layers[1:-1], 1):
            state[f"blocks.{index}.linear.weight"], state[f"blocks.{index}.linear.bias"] = layer.weight, layer.bias
        head.load_state_dict(state)
        latents = torch.randn(1000, decoder.settings["latent"], generator=torch.Generator().manual_seed(1))
        known = decoder.property_mean + decoder.property(decoder.latent(latents)) * decoder.property_deviation
        error = (head(latents) - known).abs().max(0).values / decoder.property_deviation
    path = HERE / "properties.safetensors"
    regression.save(path, head, "property head of decoder.safetensors, from whitened latents to units")
    print(f"{path.name}: off by up to {error.max():.1e} standard deviations on 1,000 random latents")


if __name__ == "__main__":
    main()
