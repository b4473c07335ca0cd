"""AMSGrad in the paper's order for a network, trained by Lightning.

    pip install lightning
    python recipes/with_lightning.py

The optimizers here are torch optimizers: schedulers, checkpoints and
gradient clipping act on them as on any other.
"""

import lightning
import torch
from torch import Tensor, nn

from breaking_adam import AMSGrad


class Spirals(lightning.LightningModule):
    """A small network that tells two spirals apart."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(2, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh())
        self.out = nn.Linear(64, 1)

    def training_step(self, batch: list[Tensor], _: int) -> Tensor:
        points, labels = batch
        logits = self.out(self.net(points)).squeeze(1)
        self.log("accuracy", ((logits > 0) == (labels > 0.5)).float().mean(), prog_bar=True)
        return nn.functional.binary_cross_entropy_with_logits(logits, labels)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return AMSGrad(self.parameters(), lr=0.01, bias_correction="none", fused=True)


lightning.seed_everything(0)
angle = 0.5 + 6 * torch.rand(1000).sqrt()
labels = (torch.arange(1000) % 2).float()
turned = angle + torch.pi * labels
points = angle.unsqueeze(1) * torch.stack([turned.cos(), turned.sin()], 1) / 6
loader = torch.utils.data.DataLoader(
    torch.utils.data.TensorDataset(points, labels), batch_size=100, shuffle=True
)
model = Spirals()
trainer = lightning.Trainer(
    max_epochs=60,
    accelerator="cpu",
    logger=False,
    enable_checkpointing=False,
    enable_progress_bar=False,
)
trainer.fit(model, loader)
print(f"accuracy after {trainer.global_step} steps: {trainer.callback_metrics['accuracy']:.3f}")
