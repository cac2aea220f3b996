document.title = 'Faultline';
