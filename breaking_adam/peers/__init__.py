"""Adam and AMSGrad as other libraries have them, beside ours."""
