"""Why did it change, how sure is it, what if: questions asked of calculations that were carried out."""
