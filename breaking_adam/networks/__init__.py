"""The paper's networks on real data: Section 5 and Figure 2."""
